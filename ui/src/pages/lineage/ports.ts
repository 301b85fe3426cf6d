/** Where links leave and reach a node, known beforehand: React Flow need not draw and measure a node to draw its links. */

import { Position, type NodeHandle } from "@xyflow/react";

import { HEAD, ROW, WIDTH } from "@/pages/lineage/AssetNode";

/** Above the first column: the line below the head, and the space under it. */
const ABOVE = 5;

const pair = (y: number, id?: string): readonly NodeHandle[] =>
  ([["target", Position.Left, 0], ["source", Position.Right, WIDTH - 1]] as const).map(([type, position, x]) => ({
    height: 1,
    position,
    type,
    width: 1,
    x,
    y,
    ...(id === undefined ? {} : { id }),
  }));

/** A port on each side of the head, and of each column by its name. */
export const portsOf = (columns: readonly string[]): NodeHandle[] => [
  ...pair(HEAD / 2),
  ...columns.flatMap((column, at) => pair(HEAD + ABOVE + (at + 0.5) * ROW, column)),
];
