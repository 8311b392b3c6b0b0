#!/usr/bin/env bash
# Fine-tunes MiniLM with the three heads and three seeds on CoLA and RTE, and prints the table of docs/glue.md.
# Runs that are done are kept, one that was stopped continues: the script may be ended and started at any time.
# Usage: docs/glue-table.sh DATA [RUNS]; DATA holds the folders CoLA and RTE, RUNS is runs/glue unless given.
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:?usage: docs/glue-table.sh DATA [RUNS]}
runs=${2:-runs/glue}

for task in CoLA RTE; do
  for head in class word class+word; do
    for seed in 1 2 3; do
      run=$runs/$task-$head-$seed
      if [ -f "$run/$task.tsv" ]; then
        continue
      elif [ -f "$run/last.safetensors" ]; then
        ./sot glue --resume "$run"
      else
        rm -rf "$run"
        ./sot glue "$task" --data "$data/$task" --head "$head" --seed "$seed" --output "$run" --epochs 3 --lr 5e-5
      fi
    done
  done
done

echo '| task | head | seed 1 | seed 2 | seed 3 | mean |'
echo '|---|---|---:|---:|---:|---:|'
for task in CoLA RTE; do
  for head in class word class+word; do
    for seed in 1 2 3; do
      # The best epoch by the third column, the task's own metric on dev.
      tail -n +2 "$runs/$task-$head-$seed/metrics.csv" | cut -d, -f3 | sort -g | tail -n 1
    done | awk -v row="| $task | $head" '{ row = row sprintf(" | %.1f", 100 * $1); sum += $1 }
      END { printf "%s | %.1f |\n", row, 100 * sum / NR }'
  done
done
