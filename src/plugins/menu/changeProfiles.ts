/** All that changes a user's own profiles. Loaded when one of it is asked for. */

export { deleteProfile } from './deleteProfile';
export { moveProfiles, offerMove } from './moveProfiles';
export { saveProfile } from './saveProfile';
