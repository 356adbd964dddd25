/** Files that the browser saves. */

/** Lets the browser save a text, or bytes, under a name. */
export function download(
  name: string,
  content: string | Uint8Array<ArrayBuffer> | Blob,
  type = typeof content === 'string' ? 'text/plain' : 'application/octet-stream'
): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  // Firefox follows only links of the document.
  document.body.appendChild(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(url);
}
