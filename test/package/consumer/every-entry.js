// Imports every entry that the package names and prints how many names each exports.
import { readFileSync } from 'node:fs'

const { exports } = JSON.parse(readFileSync('node_modules/wengert/package.json', 'utf8'))
for (const subpath of Object.keys(exports)) {
  if (subpath.endsWith('.json')) continue
  const entry = await import(`wengert${subpath.slice(1)}`)
  console.log(subpath, Object.keys(entry).length)
}
