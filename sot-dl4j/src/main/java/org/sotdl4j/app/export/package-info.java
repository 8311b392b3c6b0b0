/** Trained models as files for other programs. */
package org.sotdl4j.app.export;
