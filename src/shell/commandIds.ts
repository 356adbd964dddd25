/** The ids of the commands, and what those that take nothing say of it. */

/** For `describedBy`. */
export const NO_ARGUMENTS = { type: 'object', properties: {} } as const;

export const CommandIDs = {
  apply: 's3-encryption:apply',
  applyProfile: 's3-encryption:apply-profile',
  verify: 's3-encryption:verify',
  clear: 's3-encryption:clear',
  openPanel: 's3-encryption:open-panel',
  insertCell: 's3-encryption:insert-cell',
  copyCode: 's3-encryption:copy-code',
  canary: 's3-encryption:write-canary',
  audit: 's3-encryption:audit-path',
  checkWrites: 's3-encryption:check-writes'
} as const;

/** Separate, because its own plugin adds it to the palette. */
export const CLUSTER_COMMAND = 's3-encryption:cluster-documents';

/** What the panel's menu has; each is added to the palette by its own plugin. */
export const MENU_COMMANDS = {
  settings: 's3-encryption:open-settings',
  saveProfile: 's3-encryption:save-profile',
  deleteProfile: 's3-encryption:delete-profile',
  moveProfiles: 's3-encryption:move-profiles',
  documentation: 's3-encryption:documentation',
  saveReport: 's3-encryption:save-report'
} as const;
