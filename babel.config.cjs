/**
 * Babel for jest: the packages of JupyterLab are ES modules, jest runs CommonJS.
 * It knows nothing of the shipped bundle, which tsc and @jupyter/builder make.
 */
module.exports = {
  presets: [['@babel/preset-env', { targets: { node: 'current' } }]]
};
