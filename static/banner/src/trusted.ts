// The Trusted Types policy `gateway`. It lets through what it is given: an address the gateway made
// itself, or a script that stood on the page and whose purposes are allowed now.

interface Policy {
  createScriptURL(url: string): string;
  createScript(code: string): string;
}

interface Host {
  readonly trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
}

const same = (text: string): string => text;

function policy(): Policy {
  const rules = { createScriptURL: same, createScript: same };
  try {
    return (window as Host).trustedTypes?.createPolicy("gateway", rules) ?? rules;
  } catch {
    // The page forbids the name: text stays text, and the page itself says no to each use.
    return rules;
  }
}

export const trusted = policy();
