/** Used when the pages run outside Airflow, or in an Airflow that no longer shares its theme. */

import { createSystem, defaultConfig, defineConfig } from "@chakra-ui/react";

/** The palettes by which Airflow names states, and the colours that stand for them here. */
const PALETTES = {
  active: "blue",
  brand: "gray",
  danger: "red",
  error: "red",
  failed: "red",
  info: "blue",
  queued: "gray",
  removed: "gray",
  running: "cyan",
  success: "green",
  warning: "orange",
} as const;

const SHADES = ["solid", "contrast", "fg", "muted", "subtle", "emphasized", "focusRing"] as const;

/** White on Chakra's solid green is too faint to read; on this it is not. */
const DARKER: Readonly<Record<string, string>> = { green: "{colors.green.700}" };

const palette = (color: string) =>
  Object.fromEntries(
    SHADES.map((shade) => [shade, { value: (shade === "solid" ? DARKER[color] : undefined) ?? `{colors.${color}.${shade}}` }]),
  );

export const localSystem = createSystem(
  defaultConfig,
  defineConfig({
    theme: {
      recipes: { button: { base: { colorPalette: "brand" }, defaultVariants: { size: "sm" } } },
      semanticTokens: {
        colors: Object.fromEntries(Object.entries(PALETTES).map(([name, color]) => [name, palette(color)])),
      },
    },
  }),
);
