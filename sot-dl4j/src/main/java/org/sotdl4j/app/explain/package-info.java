/** What a model looks at: {@link org.sotdl4j.app.explain.Explainer} and the pages made of it. */
package org.sotdl4j.app.explain;
