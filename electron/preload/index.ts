/**
 * The only bridge into the page: two functions and the store's port. It knows no names and checks nothing, because
 * whatever it checked, main would have to check again: main is the choke point (electron/main/ipc.ts).
 */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import { CHANNELS } from '@contract/channels'
import type { IpcPushes, IpcPushName, PreloadApi } from '@contract/ipc'

interface Push {
  name: IpcPushName
  value: unknown
}

const api: PreloadApi = {
  invoke: (name, args) => ipcRenderer.invoke(CHANNELS.invoke, { name, args }),
  on: <N extends IpcPushName>(name: N, listener: (value: IpcPushes[N]) => void) => {
    const receive = (_event: IpcRendererEvent, push: Push): void => {
      if (push.name === name) listener(push.value as IpcPushes[N])
    }
    ipcRenderer.on(CHANNELS.push, receive)
    return () => {
      ipcRenderer.removeListener(CHANNELS.push, receive)
    }
  },
}

contextBridge.exposeInMainWorld('auditscope', api)

// A port cannot pass through the context bridge; posting it to our own origin hands it to the page.
ipcRenderer.on(CHANNELS.storePort, (event) => {
  window.postMessage(CHANNELS.storePort, location.origin, [...event.ports])
})
