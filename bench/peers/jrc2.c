/* JRC2 as one writes it in C: blocks of 64 points, time outside, points inside; what C alone decides is worked out once.
   Arguments: points, "euler" or "heun", the file of noise (a float64 a step), the file for the traces. Answers the lines of serve.py;
   the case itself comes by the arguments. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { LANES = 64, STEPS = 10000, EVERY = 10, SAMPLES = STEPS / EVERY };

static const double h = 1e-4, h_e = 3.25e-3, tau_e = 0.01, h_i = 22e-3, tau_i = 0.02, m_max = 5, r = 560, V_thr = 6e-3;

struct constants {
  double ein[LANES], iin[LANES], peak[LANES], i[LANES];
};

static inline double S(double V) { return 1 / (1 + exp(-r * (V - V_thr))); }

static __attribute__((noinline)) void slopes(const double y[restrict 8][LANES], double k[restrict 8][LANES], const struct constants *restrict q, double u, int n) {
  for (int l = 0; l < n; l++) {
    const double m = m_max * S(y[4][l] - y[6][l]);
    const double current = q->peak[l] * S(y[0][l]) + u;
    const double inhibited = q->i[l] * S(y[2][l]);
    k[0][l] = y[1][l];
    k[1][l] = q->ein[l] * m - 1 / (tau_e * tau_e) * y[0][l] - 2 / tau_e * y[1][l];
    k[2][l] = y[3][l];
    k[3][l] = q->iin[l] * m - 1 / (tau_e * tau_e) * y[2][l] - 2 / tau_e * y[3][l];
    k[4][l] = y[5][l];
    k[5][l] = h_e / tau_e * current - 1 / (tau_e * tau_e) * y[4][l] - 2 / tau_e * y[5][l];
    k[6][l] = y[7][l];
    k[7][l] = inhibited - 1 / (tau_i * tau_i) * y[6][l] - 2 / tau_i * y[7][l];
  }
}

static void block(const double *c, int n, const double *noise, int heun, double *traces) {
  static double y[8][LANES], k[8][LANES], guess[8][LANES], second[8][LANES];
  static struct constants q;
  for (int l = 0; l < n; l++) {
    q.ein[l] = h_e * c[l] / tau_e;
    q.iin[l] = h_e * (c[l] / 4) / tau_e;
    q.peak[l] = 0.8 * c[l] * m_max;
    q.i[l] = h_i * c[l] / (4 * tau_i) * m_max;
  }
  memset(y, 0, sizeof y);
  for (int s = 0; s < STEPS; s++) {
    if (s % EVERY == 0) {
      for (int l = 0; l < n; l++) {
        traces[(2 * l) * SAMPLES + s / EVERY] = y[4][l];
        traces[(2 * l + 1) * SAMPLES + s / EVERY] = y[6][l];
      }
    }
    slopes(y, k, &q, noise[s], n);
    if (heun) {
      for (int i = 0; i < 8; i++)
        for (int l = 0; l < n; l++) guess[i][l] = y[i][l] + h * k[i][l];
      slopes(guess, second, &q, noise[s], n);
      for (int i = 0; i < 8; i++)
        for (int l = 0; l < n; l++) y[i][l] += h / 2 * (k[i][l] + second[i][l]);
    } else {
      for (int i = 0; i < 8; i++)
        for (int l = 0; l < n; l++) y[i][l] += h * k[i][l];
    }
  }
}

static double ms(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
  static char line[1 << 20];
  if (argc < 5) return 2;
  const int n = atoi(argv[1]), heun = strcmp(argv[2], "heun") == 0;
  double *noise = malloc(STEPS * sizeof *noise), *c = malloc(n * sizeof *c);
  FILE *file = fopen(argv[3], "rb");
  if (!file || fread(noise, sizeof *noise, STEPS, file) != STEPS) return 1;
  fclose(file);
  for (int i = 0; i < n; i++) c[i] = 68 + 1282.0 * i / (n > 1 ? n - 1 : 1);
  if (!fgets(line, sizeof line, stdin)) return 1;
  printf("{}\n");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    const double wall = ms(CLOCK_MONOTONIC), cpu = ms(CLOCK_PROCESS_CPUTIME_ID);
    double *traces = malloc((size_t)n * 2 * SAMPLES * sizeof *traces);
    for (int first = 0; first < n; first += LANES)
      block(c + first, n - first < LANES ? n - first : LANES, noise, heun, traces + (size_t)first * 2 * SAMPLES);
    const double now = ms(CLOCK_PROCESS_CPUTIME_ID);
    const double took = ms(CLOCK_MONOTONIC) - wall;
    if (!strstr(line, "null")) {
      file = fopen(argv[4], "wb");
      fwrite(traces, sizeof *traces, (size_t)n * 2 * SAMPLES, file);
      fclose(file);
    }
    free(traces);
    printf("{\"ms\": %.6f, \"cpu\": %.6f, \"process\": %.6f}\n", took, now - cpu, now);
    fflush(stdout);
  }
  return 0;
}
