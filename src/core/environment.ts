// Environment variables, where there are any.

interface Host {
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** What the variable says; undefined where it is not set, where there is no environment, and where a host does not let programs look (Deno). */
export function environmentVariable(name: `WENGERT_${string}`): string | undefined {
  try {
    return (globalThis as { readonly process?: Host }).process?.env?.[name]
  } catch {
    return undefined
  }
}
