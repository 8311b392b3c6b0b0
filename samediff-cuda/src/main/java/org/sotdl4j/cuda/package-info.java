/**
 * The compiled engine's graphs on an NVIDIA GPU: each task of a schedule becomes a few steps, which
 * are launches of kernels and products of matrices. Plain Java: CUDA is called through the foreign
 * function API, and kernels are CUDA C++ text that NVRTC compiles for the GPU found.
 */
package org.sotdl4j.cuda;
