import type { SweepFindings } from '../find/findings.ts';
import type { SweepPoint, SweepVariant } from '../plan/sweep-plan.ts';

/** A variant in words: its label, and what was varied. */
export function variantName(
  { variants }: { readonly variants: readonly Pick<SweepVariant, 'label' | 'values'>[] },
  at: number,
): string {
  const variant = variants[at];
  if (variant === undefined) return `variant ${at}`;
  const values = Object.entries(variant.values).map(([name, value]) => `${name} ${value}`);
  return [variant.label, ...values].join(', ');
}

/** The effort of a point by its own name, e.g. `ef 80`. */
export function pointName(
  { variants }: Pick<SweepFindings, 'variants'>,
  { variant, effort }: SweepPoint,
): string {
  const name = variants[variant]?.effortName;
  return effort === null || name == null ? 'its only setting' : `${name} ${effort}`;
}
