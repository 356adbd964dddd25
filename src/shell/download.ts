/** Files that the browser saves. */

/** Lets the browser save a text under a name. */
export function download(
  name: string,
  text: string,
  type = 'text/plain'
): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  // Firefox follows only links of the document.
  document.body.appendChild(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(url);
}
