import { respond } from 'grapnel';
import { shout } from './loud.mjs';

export function handler({ name }) {
  respond({ status: 203 });
  return shout(`Hello, ${name}`);
}
