/** Connecting as every button does it. What goes wrong is shown by the frame: main pushes it as the connection's problem. */
import type { Mode } from '@contract/ipc'
import { useConnection } from '@renderer/stores/connection'
import { useToasts } from '@renderer/stores/toasts'

/** Connects, or switches the mode of a connection that is there. */
export async function connectTo(mode: Mode): Promise<void> {
  const connection = useConnection()
  const wasConnected = connection.connected
  const result = await connection.connect(mode)
  // A refused switch leaves the connection as it was, so that only a message can tell.
  if (!result.ok && (wasConnected || result.code === 'busy')) {
    useToasts().failure(result, wasConnected ? 'The mode was not changed' : '')
  }
}
