package org.sotdl4j.cuda;

/** One thing that a {@link Gpu} does. Steps run one after the other. */
sealed interface Step permits Launch, Gemm, Clear {}
