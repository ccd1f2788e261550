/** Strings from records: decoding them without loss, showing them without harm. */
export { copyBytes } from './copy'
export { csvCell, csvLine } from './csv'
export { escapeForDisplay, escapeOctal, needsEscape } from './display'
export { decodeHex, HEX_DIGIT, hexToBytes, isHexPairs } from './hex'
export { latin1, latin1Bytes } from './latin1'
export { decodeUtf8, encodeUtf8, encodeUtf8Into, INVALID_BYTE_BASE } from './utf8'
