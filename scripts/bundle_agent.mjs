/**
 * Makes the agent available as text, for kernels that cannot import the Python
 * package: what goes with every request into src/kernel/agentBundle.json, the
 * files that its __init__.py needs into agentFiles.json, what covers Python
 * libraries into agentWriters.json and every other file into agentTools.json,
 * which follow when a request needs them, and what runs beside a Livy session
 * into agentLivy.json.
 * It also copies connectors.json into the Python package, so that TypeScript
 * and Python read the one file, and has the agent's Java classes compiled, which
 * travel with the core. It must not know what the agent does.
 */
import { execFileSync } from 'node:child_process';
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
const connectors = join(root, 'src', 'contract', 'connectors.json');
const target = join(root, 'src', 'kernel', 'agentBundle.json');
const agent = join(root, 'src', 'kernel', 'agentFiles.json');
const tools = join(root, 'src', 'kernel', 'agentTools.json');
const writers = join(root, 'src', 'kernel', 'agentWriters.json');
const livy = join(root, 'src', 'kernel', 'agentLivy.json');

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

/** Not part of the agent: they run before it is there. */
const ALONE = ['bootstrap.py', 'blocking.py'];
/** For kernels whose Spark is in a Livy session; not part of the agent either. */
const LIVY = ['either.py', 'relay.py', 'session.py', 'statement.py'];

execFileSync('python3', [join(root, 'scripts', 'build_classes.py')], {
  stdio: 'inherit'
});
const version = JSON.parse(text(join(root, 'package.json'))).version;
const names = existsSync(agentDir)
  ? readdirSync(agentDir)
      .filter(name => name.endsWith('.py') && !ALONE.includes(name))
      .sort()
  : [];
const data = text(connectors);
const [bootstrap, blocking] = ALONE.map(name =>
  lean(text(join(agentDir, name)))
);
const [either, relay, session, statement] = LIVY.map(name =>
  lean(text(join(agentDir, 'livy', name)))
);
const files = Object.fromEntries(
  names.map(name => [name, lean(text(join(agentDir, name)))])
);
const classes = text(join(agentDir, 'java_classes.txt'));
if (!('__init__.py' in files)) {
  files['__init__.py'] = '';
}

/** The files that importing a file imports, itself included. */
function closure(name, found = new Set()) {
  if (name in files && !found.has(name)) {
    found.add(name);
    const list = /^from \. import (?:\(([^)]*)\)|([\w, ]+))/gm;
    const one = /^from \.(\w+) import/gm;
    const names = [...files[name].matchAll(list)].flatMap(match =>
      (match[1] ?? match[2]).split(',').map(part => part.trim().split(' ')[0])
    );
    names.push(...[...files[name].matchAll(one)].map(match => match[1]));
    names.forEach(other => closure(`${other}.py`, found));
  }
  return found;
}

const core = closure('__init__.py');
const forWriters = closure('catalog_writers.py', closure('python_writers.py'));
const placeOf = name =>
  core.has(name) ? 'core' : forWriters.has(name) ? 'writers' : 'tools';
const part = place =>
  Object.fromEntries(
    Object.entries(files).filter(([name]) => placeOf(name) === place)
  );

const fingerprint = createHash('sha256')
  .update(JSON.stringify([version, bootstrap, blocking, files, data, classes]))
  .digest('hex')
  .slice(0, 16);

if (data) {
  write(join(agentDir, 'connectors.json'), data);
}
write(
  target,
  JSON.stringify({ version, fingerprint, bootstrap, blocking }, null, 2) + '\n'
);
write(
  livy,
  JSON.stringify({ either, relay, session, statement }, null, 2) + '\n'
);
write(
  agent,
  JSON.stringify({ ...part('core'), 'java_classes.txt': classes }, null, 2) +
    '\n'
);
write(writers, JSON.stringify(part('writers'), null, 2) + '\n');
write(tools, JSON.stringify(part('tools'), null, 2) + '\n');
