/**
 * The icons of the product, one per thing that a state can say. Shapes differ,
 * not only colours.
 */

import { LabIcon } from '@jupyterlab/ui-components';

const BODY =
  '<rect class="jp-icon3" stroke="#616161" x="5" y="11" width="14" height="9" rx="2"/>';
const SHACKLE =
  '<path class="jp-icon3" stroke="#616161" d="M8 11V8a4 4 0 0 1 8 0v3"/>';
const OPEN_SHACKLE =
  '<path class="jp-icon3" stroke="#616161" d="M8 11V7a4 4 0 0 1 7.5-2"/>';
const CIRCLE =
  '<circle class="jp-icon3" stroke="#616161" cx="12" cy="12" r="8"/>';

function stroke(d: string): string {
  return `<path class="jp-icon3" stroke="#616161" d="${d}"/>`;
}

/** One 24 px drawing in lines, which the theme colours by `.jp-icon3[stroke]`. */
function icon(name: string, ...parts: string[]): LabIcon {
  return new LabIcon({
    name: `jupyterlab-s3-encryption:${name}`,
    svgstr:
      '<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24" ' +
      'fill="none" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">' +
      `${parts.join('')}</svg>`
  });
}

/** The product: a bucket with a key hole. */
export const s3EncryptionIcon = icon(
  's3-encryption',
  '<ellipse class="jp-icon3" stroke="#616161" cx="12" cy="6" rx="8" ry="2.5"/>',
  stroke('M4 6l2 13c.5 1.3 3 2 6 2s5.5-.7 6-2l2-13'),
  '<circle class="jp-icon3" stroke="#616161" cx="12" cy="13" r="1.5"/>',
  stroke('M12 14.500v2.5')
);
export const lockIcon = icon('lock', BODY, SHACKLE);
export const lockCheckIcon = icon(
  'lock-check',
  BODY,
  SHACKLE,
  stroke('M9.5 15.500l2 2 3.5-3.5')
);
export const lockOpenIcon = icon('lock-open', BODY, OPEN_SHACKLE);
export const lockChangedIcon = icon(
  'lock-changed',
  BODY,
  OPEN_SHACKLE,
  stroke('M12 13.500v2.500M12 18v.01')
);
export const sealIcon = icon(
  'seal',
  stroke('M12 3l7 3v5c0 4.5-3 8-7 10-4-2-7-5.5-7-10V6z'),
  stroke('M8.5 12l2.5 2.5 4.5-4.5')
);
export const waitIcon = icon('wait', CIRCLE, stroke('M12 8v4l3 2'));
export const failIcon = icon(
  'fail',
  stroke('M8.5 3h7L21 8.500v7L15.5 21h-7L3 15.500v-7z'),
  stroke('M9 9l6 6M15 9l-6 6')
);
export const warnIcon = icon(
  'warn',
  stroke('M12 4l9 16H3z'),
  stroke('M12 10v4M12 17v.01')
);
export const infoIcon = icon('info', CIRCLE, stroke('M12 11v5M12 8v.01'));
export const noneIcon = icon('none', CIRCLE, stroke('M8.5 12h7'));
export const yesIcon = icon('yes', stroke('M5 12.500l4.5 4.500L19 7.5'));
export const openIcon = icon('open', CIRCLE);
