/**
 * Makes the agent available as text: every Python file of the agent package
 * goes into src/kernel/agentBundle.json, which the kernel room sends, with the
 * shared connector data, to kernels that cannot import the Python package.
 * It also copies connectors.json into the Python package, so that TypeScript
 * and Python read the one file. It must not know what the agent does.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const agentDir = join(root, 'jupyterlab_s3_encryption', 'agent');
const connectors = join(root, 'src', 'encryption', 'connectors.json');
const target = join(root, 'src', 'kernel', 'agentBundle.json');

/** The text of a file, with line ends that do not depend on the checkout. */
function text(path) {
  return existsSync(path)
    ? readFileSync(path, 'utf8').replace(/\r\n/g, '\n')
    : '';
}

/**
 * Python text without docstrings, comments and annotations, each line where it
 * was: what a kernel gets is half as long, and a traceback still names the
 * source's lines. tests/test_agent_bundle.py proves that it is the same program.
 */
function lean(python) {
  return python
    .replace(
      /^( *)"""[^]*?"""$/gm,
      (whole, indent) =>
        (indent ? `${indent}pass` : '') +
        '\n'.repeat(whole.split('\n').length - 1)
    )
    .replace(/^ *#.*$/gm, '')
    .replace(/ {2}# .*$/gm, '')
    .replace(
      /^( *def \w+\()([^]*?)\)(?: -> [^:\n]+)?:$/gm,
      (_, head, parameters) => `${head}${bare(parameters)}):`
    )
    .replace(/^( *[\w.]+): [\w[\], .]+ = /gm, '$1 = ')
    .replace(/^( +)/gm, (_, indent) =>
      ' '.repeat(Math.ceil(indent.length / 4))
    );
}

/** The parameters of a function without their annotations. */
function bare(parameters) {
  let depth = 0;
  let annotation = false;
  let kept = '';
  for (const character of parameters) {
    depth += '[({'.includes(character) ? 1 : '])}'.includes(character) ? -1 : 0;
    if (depth === 0 && character === ':') {
      annotation = true;
    } else if (depth === 0 && (character === ',' || character === '=')) {
      annotation = false;
    }
    kept += annotation && character !== '\n' ? '' : character;
  }
  return kept;
}

/** Writes only when the content differs, so that watchers stay quiet. */
function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path) || readFileSync(path, 'utf8') !== content) {
    writeFileSync(path, content);
  }
}

const version = JSON.parse(text(join(root, 'package.json'))).version;
const names = existsSync(agentDir)
  ? readdirSync(agentDir)
      .filter(name => name.endsWith('.py') && name !== 'bootstrap.py')
      .sort()
  : [];
const data = text(connectors);
const bootstrap = lean(text(join(agentDir, 'bootstrap.py')));
const files = Object.fromEntries(
  names.map(name => [name, lean(text(join(agentDir, name)))])
);
if (!('__init__.py' in files)) {
  files['__init__.py'] = '';
}

const fingerprint = createHash('sha256')
  .update(JSON.stringify([version, bootstrap, files, data]))
  .digest('hex')
  .slice(0, 16);

if (data) {
  write(join(agentDir, 'connectors.json'), data);
}
write(
  target,
  JSON.stringify({ version, fingerprint, bootstrap, files }, null, 2) + '\n'
);
