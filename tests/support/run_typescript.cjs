/**
 * Runs TypeScript modules of the pure rooms (src/cluster/documents, src/encryption), and
 * the reading of answers (src/kernel/protocol.ts), under Node: compiled in memory, no
 * file written. A request on stdin is a JSON list of {module, name, arguments}; the
 * answer is a JSON list of {value} or {error}. An import of anything but a relative
 * file fails, as these rooms are pure; protocol.ts takes its random numbers from Lumino.
 */
const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

const root = path.join(__dirname, '..', '..', 'src');
const cache = new Map();
const PROTOCOL = path.join(root, 'kernel', 'protocol.ts');
const RANDOM = '@lumino/coreutils';

function find(from, name) {
  if (!name.startsWith('.')) {
    throw new Error(`${from} imports ${name}: not a file of the project`);
  }
  const base = path.resolve(path.dirname(from), name);
  const found = [base, `${base}.ts`, path.join(base, 'index.ts')].find(
    file => fs.existsSync(file) && fs.statSync(file).isFile()
  );
  if (found === undefined) {
    throw new Error(`${from} imports ${name}, which is not there`);
  }
  return found;
}

function load(file) {
  const known = cache.get(file);
  if (known !== undefined) {
    return known.exports;
  }
  const text = fs.readFileSync(file, 'utf8');
  if (file.endsWith('.json')) {
    return { default: JSON.parse(text), __esModule: true };
  }
  const { outputText } = ts.transpileModule(text, {
    fileName: file,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2020,
      esModuleInterop: true
    }
  });
  const module = { exports: {} };
  cache.set(file, module);
  const run = new Function('module', 'exports', 'require', outputText);
  run(module, module.exports, name =>
    name === RANDOM && file === PROTOCOL
      ? require(name)
      : load(find(file, name))
  );
  return module.exports;
}

const requests = JSON.parse(fs.readFileSync(0, 'utf8'));
const answers = requests.map(request => {
  try {
    const exported = load(path.join(root, request.module));
    return { value: exported[request.name](...request.arguments) };
  } catch (error) {
    return {
      error: { name: error.name, message: error.message, fields: error.fields }
    };
  }
});
process.stdout.write(JSON.stringify(answers));
