// What arrow-go is asked about the files of massgrid; prints the answers as one object of JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sort"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

type questions struct {
	Feature       string
	AcrossFeature string
	Chosen        float64
	Files         map[string][]string
	Answers       struct{ Mean map[string]float64 }
}

// Columns of a table: numbers (NaN and null have no place in `valid`) and texts.
type table struct {
	numbers map[string][]float64
	valid   map[string][]bool
	texts   map[string][]string
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func (t *table) add(name string, column arrow.Array) {
	for i := 0; i < column.Len(); i++ {
		switch values := column.(type) {
		case *array.Float64:
			t.numbers[name] = append(t.numbers[name], values.Value(i))
			t.valid[name] = append(t.valid[name], values.IsValid(i) && values.Value(i) == values.Value(i))
		case *array.Float32:
			value := float64(values.Value(i))
			t.numbers[name] = append(t.numbers[name], value)
			t.valid[name] = append(t.valid[name], values.IsValid(i) && value == value)
		case *array.Dictionary:
			t.texts[name] = append(t.texts[name], values.Dictionary().ValueStr(values.GetValueIndex(i)))
		default:
			t.texts[name] = append(t.texts[name], column.ValueStr(i))
		}
	}
}

func (t *table) addRecord(schema *arrow.Schema, columns []arrow.Array) {
	for i, field := range schema.Fields() {
		t.add(field.Name, columns[i])
	}
}

func read(paths []string, form string) *table {
	t := &table{map[string][]float64{}, map[string][]bool{}, map[string][]string{}}
	for _, path := range paths {
		f := must(os.Open(path))
		if form == "arrow" {
			reader := must(ipc.NewFileReader(f))
			for i := 0; i < reader.NumRecords(); i++ {
				record := must(reader.RecordBatch(i))
				t.addRecord(record.Schema(), record.Columns())
			}
			reader.Close()
		} else {
			reader := must(pqarrow.NewFileReader(must(file.NewParquetReader(f)), pqarrow.ArrowReadProperties{}, memory.DefaultAllocator))
			whole := must(reader.ReadTable(context.Background()))
			for i := 0; i < int(whole.NumCols()); i++ {
				for _, chunk := range whole.Column(i).Data().Chunks() {
					t.add(whole.Schema().Field(i).Name, chunk)
				}
			}
		}
		f.Close()
	}
	return t
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, value := range values {
		sum += value
	}
	return sum / float64(len(values))
}

func (t *table) where(keep func(row int) bool) any {
	var kept []float64
	for i, value := range t.numbers["V"] {
		if keep(i) {
			kept = append(kept, value)
		}
	}
	return map[string]any{"rows": len(kept), "mean": mean(kept)}
}

func (t *table) means(keys []string) map[string]float64 {
	groups := map[string][]float64{}
	for i, key := range t.texts["key"] {
		groups[key] = append(groups[key], t.numbers["V"][i])
	}
	means := map[string]float64{}
	for _, key := range keys {
		means[key] = mean(groups[key])
	}
	return means
}

func (t *table) most(name string) int {
	found := -1
	for i, value := range t.numbers[name] {
		if t.valid[name][i] && (found < 0 || value > t.numbers[name][found]) {
			found = i
		}
	}
	return found
}

func (t *table) joined(points *table) any {
	status := map[string]string{}
	for i, key := range points.texts["key"] {
		status[key] = points.texts["status"][i]
	}
	return t.where(func(i int) bool { return status[t.texts["key"][i]] == "ok" })
}

func (t *table) failed() []string {
	var failed []string
	for i, status := range t.texts["status"] {
		if status != "ok" {
			failed = append(failed, t.texts["key"][i])
		}
	}
	return failed
}

func answers(folder string, q questions, form string) map[string]any {
	var keys []string
	for key := range q.Answers.Mean {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	single := func(name string) *table { return read([]string{filepath.Join(folder, name+"."+form)}, form) }
	best := func(points *table) any {
		at := points.most(q.Feature)
		return map[string]any{"key": points.texts["key"][at], "value": points.numbers[q.Feature][at]}
	}
	about := func(traces, points *table) map[string]any {
		chosen := func(i int) bool { return traces.numbers["C"][i] == q.Chosen }
		return map[string]any{"mean": traces.means(keys), "filter": traces.where(chosen), "join": traces.joined(points)}
	}
	wide, points, across := single("wide"), single("map"), single("across")
	wideMeans := map[string]float64{}
	for _, key := range keys {
		wideMeans[key] = mean(wide.numbers["V/"+key])
	}
	at := across.most(q.AcrossFeature)
	row := map[string]any{"C": across.numbers["C"][at], "tau": across.numbers["tau"][at], "value": across.numbers[q.AcrossFeature][at]}
	store := filepath.Join(folder, "store-"+form)
	var shards []string
	for _, name := range q.Files[form] {
		shards = append(shards, filepath.Join(store, name))
	}
	storeMap := read([]string{filepath.Join(store, "map."+form)}, form)
	stored := about(read(shards, form), storeMap)
	stored["best"], stored["failed"] = best(storeMap), storeMap.failed()
	return map[string]any{
		"wide":   map[string]any{"mean": wideMeans},
		"long":   about(single("long"), points),
		"map":    map[string]any{"best": best(points), "failed": points.failed()},
		"across": map[string]any{"across": row},
		"store":  stored,
	}
}

func main() {
	folder := os.Args[1]
	var q questions
	if err := json.Unmarshal(must(os.ReadFile(filepath.Join(folder, "questions.json"))), &q); err != nil {
		panic(err)
	}
	version := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, module := range info.Deps {
			if module.Path == "github.com/apache/arrow-go/v18" {
				version = module.Version
			}
		}
	}
	found := map[string]any{"arrow": answers(folder, q, "arrow"), "parquet": answers(folder, q, "parquet")}
	fmt.Println(string(must(json.Marshal(map[string]any{"version": version, "answers": found}))))
}
