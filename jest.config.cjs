/**
 * jest in two projects: `unit` (pure, seconds) and `kernel` (a real Jupyter
 * server and a real kernel, specs named *.kernel.spec.ts). Types are not
 * checked here: `jlpm types:check` does that once for sources and specs.
 */
const jupyterlab = require('@jupyterlab/testing/lib/jest-config');

// Packages published as ES modules only; jest must transform them.
const esModules = [
  '@codemirror',
  '@jupyter/',
  '@jupyterlab/',
  '@lumino/',
  '@marijn',
  '@microsoft',
  'color',
  'exenv-es6',
  'lib0',
  'marked',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs'
].join('|');

const {
  coverageDirectory: _directory,
  coverageReporters: _coverage,
  reporters: _reporters,
  testRegex: _regex,
  testTimeout: _timeout,
  ...base
} = jupyterlab(__dirname);

/** Specs that go through ten thousands of inputs or orderings: not in `make quick`. */
const slow = process.env.S3E_QUICK
  ? ['/hostile/linear\\.spec', '/orderings\\.spec']
  : [];

const shared = {
  ...base,
  rootDir: __dirname,
  roots: ['<rootDir>/src'],
  // What docs/examples import, as other extensions do.
  moduleNameMapper: {
    ...base.moduleNameMapper,
    '^jupyterlab-s3-encryption$': '<rootDir>/src/index.ts'
  },
  testPathIgnorePatterns: ['/lib/', '/node_modules/', ...slow],
  modulePathIgnorePatterns: [
    '<rootDir>/.venv',
    '<rootDir>/.venv-oldest',
    '<rootDir>/.venv-livy',
    '<rootDir>/ui-tests',
    '<rootDir>/jupyterlab_s3_encryption/labextension'
  ],
  transform: {
    '\\.svg$': '@jupyterlab/testing/lib/jest-raw-loader.js',
    '^.+\\.tsx?$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.test.json' }],
    '^.+\\.m?jsx?$': ['babel-jest', { configFile: './babel.config.cjs' }]
  },
  transformIgnorePatterns: [`/node_modules/(?!${esModules}).+`]
};

module.exports = {
  testTimeout: 60000,
  coverageReporters: ['lcov', 'text'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/src/**/__tests__/**/*.spec.{ts,tsx}'],
      testPathIgnorePatterns: [
        ...shared.testPathIgnorePatterns,
        '\\.kernel\\.spec\\.tsx?$'
      ]
    },
    {
      ...shared,
      displayName: 'kernel',
      testMatch: ['<rootDir>/src/**/__tests__/**/*.kernel.spec.{ts,tsx}']
    }
  ]
};
