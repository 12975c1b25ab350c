// Resolves `import 'grapnel'` in ES modules; see importEntry in bootstrap.cjs.
export function resolve(specifier, context, next) {
  if (specifier !== 'grapnel') return next(specifier, context);
  return { url: new URL('./grapnel.mjs', import.meta.url).href, format: 'module', shortCircuit: true };
}
