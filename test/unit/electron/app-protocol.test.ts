import { describe, expect, it, vi } from 'vitest'

vi.mock('electron', () => ({ protocol: {} }))
const { CONTENT_SECURITY_POLICY, PAGE_URL, resolveFile } =
  await import('../../../electron/main/app-protocol')

const folder = '/opt/app/renderer'

describe('app:// addresses', () => {
  it('name files of the renderer', () => {
    expect(resolveFile(folder, PAGE_URL)).toBe('/opt/app/renderer/index.html')
    expect(resolveFile(folder, 'app://auditscope/assets/index-1.js')).toBe(
      '/opt/app/renderer/assets/index-1.js',
    )
  })

  it.each([
    'app://elsewhere/index.html',
    'file:///etc/passwd',
    'app://auditscope/../../../etc/passwd.html',
    'app://auditscope/%2e%2e/%2e%2e/secret.js',
    'app://auditscope/..%2f..%2fsecret.js',
    'app://auditscope/a%00.js',
    'app://auditscope/%zz.js',
    'app://auditscope/main.cjs',
    'app://auditscope/',
    'not an address',
  ])('outside of it (%s) name nothing', (address) => {
    const file = resolveFile(folder, address)
    expect(file === null || file.startsWith(`${folder}/`)).toBe(true)
    if (file) expect(file).not.toContain('..')
  })
})

describe('the content security policy', () => {
  it('starts from nothing and allows no inline or foreign script', () => {
    expect(CONTENT_SECURITY_POLICY).toMatch(/^default-src 'none'/)
    const script = CONTENT_SECURITY_POLICY.split('; ').find((part) => part.startsWith('script-src'))
    expect(script).toBe("script-src 'self'")
  })
})
