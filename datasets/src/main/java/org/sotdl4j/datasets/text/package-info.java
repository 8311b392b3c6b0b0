/** Texts: tokenizers, GLUE's files, batches of texts of similar lengths. */
package org.sotdl4j.datasets.text;
