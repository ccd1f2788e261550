/** The bill of materials in CycloneDX 1.6 (cyclonedx.org/docs/1.6/json), and the licences as one text. */
import { createHash } from 'node:crypto'

/** @typedef {import('./components.mjs').Component} Component */
/** @typedef {import('./identity.mjs').Identity} Identity */

/**
 * A UUID that depends on the content alone, so that two builds of one commit are equal.
 * @param {string} text
 */
function contentUuid(text) {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = ((parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`
}

/**
 * @param {Component[]} components
 * @param {Identity} identity
 * @returns {string} JSON
 */
export function cycloneDx(components, { version, epoch }) {
  const reference = `pkg:generic/auditscope@${encodeURIComponent(version)}`
  const parts = components.map(({ name, version, license, purl, sha512 }) => ({
    type: name === 'electron' ? 'framework' : 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    licenses: [
      / (OR|AND|WITH) /.test(license) ? { expression: license } : { license: { id: license } },
    ],
    ...(sha512 ? { hashes: [{ alg: 'SHA-512', content: sha512 }] } : {}),
  }))
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${contentUuid(JSON.stringify([version, parts]))}`,
    version: 1,
    metadata: {
      timestamp: new Date(epoch * 1000).toISOString().replace('.000', ''),
      component: {
        type: 'application',
        'bom-ref': reference,
        name: 'auditscope',
        version,
        licenses: [{ license: { id: 'MIT' } }],
      },
    },
    components: parts,
    dependencies: [{ ref: reference, dependsOn: parts.map((part) => part['bom-ref']) }],
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/**
 * @param {Component[]} components
 * @param {string} ownLicense
 * @returns {string} every licence with whose it is
 */
export function licenseTexts(components, ownLicense) {
  const sections = components.map(
    ({ name, version, license, licenseText }) =>
      `${name} ${version} (${license})\n\n${licenseText || 'See the package.'}`,
  )
  return (
    [`Auditscope\n\n${ownLicense.trim()}`, ...sections].join(`\n\n${'-'.repeat(72)}\n\n`) + '\n'
  )
}
