/** The page of the real app. */
import { electronPlatform } from './platform/electron'
import { start } from './start'

void start(electronPlatform())
