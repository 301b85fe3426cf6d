/** What the editor begins with: the latest tables with their lineage, the way the design asks for it. */
export const EXAMPLE = `# Ctrl-Enter runs the query,
# Ctrl-Space completes it.

query LatestTables {
  assets(
    filter: { type: TABLE }
    pagination: { limit: 5 }
  ) {
    totalCount
    nodes {
      id
      name
      qualifiedName
      tags {
        name
      }
      lineage(depth: 2) {
        upstream {
          asset {
            name
          }
          relationship {
            type
          }
        }
      }
    }
  }
}
`;
