/** The text with user names and passwords taken out of every URL in it. */
export function redact(text: string): string {
  return text.replaceAll(/(:\/\/)[^\s/@]+(?:@[^\s/@]+)*@/g, '$1')
}
