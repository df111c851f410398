import { Account } from './account.entity.js';
import { Content } from './content.entity.js';
import { ContentAccess } from './content-access.entity.js';
import { MediaItem } from './media-item.entity.js';
import { Organization } from './organization.entity.js';
import { OrganizationMembership } from './organization-membership.entity.js';
import { Purchase } from './purchase.entity.js';
import { Session } from './session.entity.js';
import { User } from './user.entity.js';
import { VerificationToken } from './verification-token.entity.js';
import { VideoPlayback } from './video-playback.entity.js';

/** Every entity of the model, parents before the children that refer to them. */
export const entities = [
  User,
  Account,
  Session,
  VerificationToken,
  Organization,
  OrganizationMembership,
  MediaItem,
  Content,
  ContentAccess,
  Purchase,
  VideoPlayback,
] as const;
