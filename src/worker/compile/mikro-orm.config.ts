import { modelOptions, type OrmOptions } from '../../orm/model-options.js';
import { NeonDriver } from '../../orm/neon/neon-driver.js';

/** The model as a Worker sees it, for `mikro-orm compile`. It connects to nothing. */
const options: Partial<OrmOptions> = { ...modelOptions(), driver: NeonDriver, dbName: 'none' };

export default options;
