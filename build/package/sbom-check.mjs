/**
 * What of CycloneDX 1.6's schema (bom-1.6.schema.json) and of the package-url specification our bill of materials uses,
 * checked without a network; `npm run package` does not deliver one that breaks it.
 */
import { z } from 'zod'

/** pkg:type/namespace/name@version, percent-encoded (package-url specification). */
const purl = z
  .string()
  .regex(
    /^pkg:[a-z][a-z0-9.+-]*(\/(?:[A-Za-z0-9._~:-]|%[0-9A-F]{2})+)+@(?:[A-Za-z0-9._~:-]|%[0-9A-F]{2})+$/,
  )
/** A licence of SPDX by its identifier, or one expression; never both, never a free name. */
const licenses = z
  .array(
    z.union([
      z.strictObject({
        license: z.strictObject({ id: z.string().regex(/^[A-Za-z0-9][\w.+-]*$/) }),
      }),
      z.strictObject({
        expression: z.string().regex(/^\(?[\w.+-]+( (AND|OR|WITH) [\w.+-]+)+\)?$/),
      }),
    ]),
  )
  .length(1)
const component = z.strictObject({
  type: z.enum(['application', 'framework', 'library']),
  'bom-ref': z.string().min(1),
  name: z.string().min(1),
  version: z.string().min(1).max(1024),
  purl: purl.optional(),
  licenses,
  hashes: z
    .array(
      z.strictObject({ alg: z.literal('SHA-512'), content: z.string().regex(/^[0-9a-f]{128}$/) }),
    )
    .optional(),
})
const schema = z.strictObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  serialNumber: z
    .string()
    .regex(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
  version: z.int().min(1),
  metadata: z.strictObject({ timestamp: z.iso.datetime(), component }),
  components: z.array(component.required({ purl: true })).min(1),
  dependencies: z.array(
    z.strictObject({ ref: z.string().min(1), dependsOn: z.array(z.string().min(1)) }),
  ),
})

/** @param {string[]} list @returns {string[]} what is in it twice */
const repeated = (list) => list.filter((each, index) => list.indexOf(each) !== index)

/**
 * @param {unknown} document
 * @returns {string[]} what is wrong with it, a line each; empty when nothing is
 */
export function sbomProblems(document) {
  const parsed = schema.safeParse(document)
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  }
  const { metadata, components, dependencies } = parsed.data
  const references = [metadata.component, ...components].map((part) => part['bom-ref'])
  const named = dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn])
  return [
    ...repeated(references).map((reference) => `the bom-ref ${reference} is used twice`),
    ...repeated(dependencies.map(({ ref }) => ref)).map((ref) => `${ref} has two lists`),
    ...dependencies.flatMap(({ dependsOn }) =>
      repeated(dependsOn).map((reference) => `${reference} is depended on twice`),
    ),
    ...named
      .filter((reference) => !references.includes(reference))
      .map((reference) => `there is no component ${reference}`),
  ]
}
