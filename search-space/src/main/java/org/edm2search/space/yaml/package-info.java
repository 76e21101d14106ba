/**
 * YAML at the edge: {@link org.edm2search.space.yaml.Section} reads configuration with errors that
 * name file, line, key and rule; {@link org.edm2search.space.yaml.ArchitectureYaml} writes and
 * reads architectures.
 */
@NullMarked
package org.edm2search.space.yaml;

import org.jspecify.annotations.NullMarked;
