/** The page of the real app. */
import { appPlatform } from './platform/app'
import { start } from './start'

void start(appPlatform())
