import type { SideModel } from '../replay/model.ts';
import { PLAIN, sameCodec } from '../replay/precision.ts';
import type { Spaces } from '../replay/vectors.ts';

/**
 * Where vectors are equally long before they are coded, the lengths that codes leave are a matter of the codes and not
 * of the metric: the side that keeps plain vectors ranks by the other one's metric as it does by its own, so both are
 * given that one. Models are left as they are where both sides code, since then one of them keeps lengths that the
 * other takes out.
 */
export function byOneMetric(
  models: readonly [SideModel, SideModel],
  spaces: Pick<Spaces, 'isEquallyLong'>,
): readonly [SideModel, SideModel] {
  const [a, b] = models;
  const isCoded = ({ codec }: SideModel): boolean => !sameCodec(codec, PLAIN);
  if (!spaces.isEquallyLong || isCoded(a) === isCoded(b)) return models;
  return isCoded(b) ? [ranking(a, b), b] : [a, ranking(b, a)];
}

function ranking(model: SideModel, { metric: { kind } }: SideModel): SideModel {
  return { ...model, metric: { ...model.metric, kind } };
}
