import { doctorCommand } from './doctor.js';

// Run by `npm run db:doctor`.
await doctorCommand();
