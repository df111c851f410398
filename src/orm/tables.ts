import type { Opt } from '@mikro-orm/core';
import type { Account } from '../entities/account.entity.js';
import type { Content, ContentStatus, ContentVisibility } from '../entities/content.entity.js';
import type { ContentAccess } from '../entities/content-access.entity.js';
import type { MediaItem, MediaStatus } from '../entities/media-item.entity.js';
import type { Organization } from '../entities/organization.entity.js';
import type {
  MembershipRole,
  MembershipStatus,
  OrganizationMembership,
} from '../entities/organization-membership.entity.js';
import type { Purchase } from '../entities/purchase.entity.js';
import type { Session } from '../entities/session.entity.js';
import type { User } from '../entities/user.entity.js';
import type { VerificationToken } from '../entities/verification-token.entity.js';
import type { VideoPlayback } from '../entities/video-playback.entity.js';

/** Every table under its name in the database, for Kysely. */
export interface Tables {
  users: Columns<User>;
  accounts: Columns<Account>;
  sessions: Columns<Session>;
  verification_tokens: Columns<VerificationToken>;
  organizations: Columns<Organization>;
  organization_memberships: Columns<OrganizationMembership>;
  media_items: Columns<MediaItem>;
  content: Columns<Content>;
  content_access: Columns<ContentAccess>;
  purchases: Columns<Purchase>;
  video_playback: Columns<VideoPlayback>;
}

/** The columns of an entity's table, under their names in the database. */
type Columns<Entity> = {
  [Key in keyof Entity as ColumnName<Key, NonNullable<Entity[Key]>>]: ColumnType<Entity[Key]>;
};

type ColumnName<Key, Value> = Key extends keyof IrregularNames
  ? IrregularNames[Key]
  : Key extends string
    ? Value extends Plain
      ? SnakeCase<Key>
      : Value extends { id: string }
        ? `${SnakeCase<Key>}_id`
        : never
    : never;

/** The columns whose names do not follow from the property's. */
interface IrregularNames {
  invitedBy: 'invited_by';
  r2Key: 'r2_key';
}

type Plain = string | number | boolean | Date | readonly string[];

type ColumnType<Value> =
  NonNullable<Value> extends Plain
    ? NonNullable<Value> extends Opt
      ? Generated<Bare<Value>>
      : Value
    : string | Extract<Value, null>;

/** The value without the marker that makes it optional for `em.create`. */
type Bare<Value> = Date & Opt extends Value
  ? Date
  : string & Opt extends Value
    ? string
    : number & Opt extends Value
      ? number
      : true & Opt extends Value
        ? boolean
        : string[] & Opt extends Value
          ? string[]
          : WithMarkerIn<Value, Enumerated>;

/** Those literals that the value contains once they carry the marker. */
type WithMarkerIn<Value, Literal> = Literal extends unknown ? (Literal & Opt extends Value ? Literal : never) : never;

type Enumerated = ContentStatus | ContentVisibility | MediaStatus | MembershipRole | MembershipStatus;

/** Kysely's own shape for a column that an insert may leave out. */
interface Generated<Value> {
  readonly __select__: Value;
  readonly __insert__: Value | undefined;
  readonly __update__: Value;
}

type SnakeCase<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeCase<Rest>}`
    : `_${Lowercase<First>}${SnakeCase<Rest>}`
  : Text;
