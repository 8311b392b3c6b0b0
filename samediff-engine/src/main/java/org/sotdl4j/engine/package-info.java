/**
 * Runs SameDiff graphs on the CPU. The engine sees ops and arrays only; it knows no layer and no
 * model, so it serves any SameDiff graph.
 */
package org.sotdl4j.engine;
