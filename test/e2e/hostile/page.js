/**
 * What an attacker in the page would try, run there by hostile.test.ts as text: no module of the app, no types. Each
 * attack answers with plain data.
 */
globalThis.attacks = {
  /** Scripts, pictures, frames and connections that the policy forbids; answers the violations that it reported. */
  policy: () =>
    new Promise((resolve) => {
      const violated = []
      document.addEventListener('securitypolicyviolation', (event) => {
        violated.push(`${event.effectiveDirective} ${event.blockedURI}`)
      })
      const element = (name, attributes) => {
        const made = document.createElement(name)
        for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
        document.body.append(made)
        return made
      }
      const inline = document.createElement('script')
      inline.textContent = 'window.inlineRan = true'
      document.body.append(inline)
      element('button', { onclick: 'window.inlineRan = true' }).click()
      element('script', { src: 'https://example.invalid/x.js' })
      element('img', { src: 'https://example.invalid/x.png' })
      element('iframe', { src: 'https://example.invalid/' })
      element('iframe', { src: 'app://auditscope/index.html' })
      element('object', { data: 'https://example.invalid/x.swf' })
      fetch('https://example.invalid/').catch(() => undefined)
      fetch('app://auditscope/index.html').catch(() => undefined)
      for (const connect of [
        () => new WebSocket('ws://127.0.0.1:1/'),
        () => new Worker(URL.createObjectURL(new Blob(['']))),
      ]) {
        try {
          connect()
        } catch {
          // The violation is what counts.
        }
      }
      // In tasks of their own: what the debugger evaluates itself may use eval.
      setTimeout(() => (0, eval)('window.evalRan = true'))
      setTimeout(() => new Function('window.evalRan = true')())
      setTimeout(() => resolve(violated), 500)
    }),

  /** Windows, other addresses, web views, devices. */
  async ways() {
    const opened = window.open('https://example.invalid/') !== null
    location.href = 'https://example.invalid/'
    const view = document.createElement('webview')
    view.setAttribute('src', 'https://example.invalid/')
    document.body.append(view)
    const states = await Promise.all(
      ['geolocation', 'notifications', 'camera', 'midi'].map((name) =>
        navigator.permissions.query({ name }).then(({ state }) => state),
      ),
    )
    const camera = await navigator.mediaDevices?.getUserMedia({ video: true }).then(
      () => 'given',
      () => 'refused',
    )
    return { opened, states, camera, isView: 'getWebContentsId' in view }
  },

  /** Every request of main with everything that it does not take; answers [name, what, Result or exception]. */
  async garbage(names) {
    const cyclic = {}
    cyclic.self = cyclic
    let deep = 1
    for (let depth = 0; depth < 200; depth++) deep = { path: deep, text: [deep], name: 'x' }
    const polluting =
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'
    const long = 'x'.repeat(2 ** 20)
    const garbage = {
      nothing: undefined,
      null: null,
      'a number': Number.NaN,
      'a string': 'x',
      'a long string': 'x'.repeat(8 * 2 ** 20),
      'a list': [{}, []],
      bytes: new Uint8Array(2 ** 20),
      'wrong types': {
        mode: 7,
        name: {},
        link: [],
        what: null,
        path: 9,
        text: 1,
        theme: 0,
        users: 'x',
      },
      'long texts': {
        mode: long,
        name: long,
        link: long,
        what: long,
        path: long,
        text: 7,
        theme: long,
      },
      'a prototype': JSON.parse(polluting),
      'a prototype inside': { name: 'no such', theme: 7, ui: JSON.parse(polluting) },
      itself: cyclic,
      depth: deep,
      'a function': { mode: () => 'observe', theme: () => 'dark' },
      'a getter that throws': Object.defineProperty({}, 'mode', {
        enumerable: true,
        get() {
          throw new Error('from a getter')
        },
      }),
    }
    const answers = []
    for (const name of [...names, 'no.such', '__proto__', 'constructor', long, 7, null]) {
      for (const [what, args] of Object.entries(garbage)) {
        // What the bridge itself cannot pass on is an exception here, in the page.
        const answer = await window.auditscope
          .invoke(name, args)
          .catch((error) => ({ thrown: String(error) }))
        answers.push([String(name).slice(0, 40), what, answer])
      }
    }
    return answers
  },

  /** The same for the store, on the port that the page was given. */
  store: (names) =>
    new Promise((resolve) => {
      const port = globalThis.stolenPort
      const answers = {}
      port.addEventListener('message', ({ data }) => {
        if (data?.id >= 9_000_000) answers[asked.get(data.id)] = data.result
      })
      const asked = new Map()
      let id = 9_000_000
      const ask = (name, args, what) => {
        asked.set(++id, `${name} with ${what}`)
        port.postMessage({ id, name, args })
      }
      const garbage = {
        nothing: undefined,
        null: null,
        'a number': 7,
        'a list': [],
        'wrong types': {
          session: {},
          seq: 'x',
          paths: 7,
          path: [],
          query: 7,
          job: 'x',
          memoryBytes: 'x',
        },
        'numbers out of range': {
          session: -1,
          seq: -1,
          job: -1,
          memoryBytes: 0,
          from: 1e300,
          count: 1e9,
        },
        'a long string': 'x'.repeat(2 ** 20),
        'a map': new Map(),
      }
      for (const name of [...names, 'no.such', '__proto__', 'toString']) {
        for (const [what, args] of Object.entries(garbage)) ask(name, args, what)
      }
      for (const message of [
        null,
        7,
        'x',
        [],
        {},
        { id: {}, name: [] },
        { id: Number.NaN, name: 'rows' },
      ])
        port.postMessage(message)
      ask('sessions.open', { paths: ['/etc/shadow'] }, 'a path that nobody chose')
      ask(
        'sessions.save',
        { session: 0, path: '/tmp/auditscope-hostile' },
        'a path that nobody chose',
      )
      setTimeout(() => resolve(answers), 1500)
    }),
}
