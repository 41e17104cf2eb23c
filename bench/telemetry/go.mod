module github.com/cahoots-project/cahoots/bench/telemetry

go 1.26.0

replace github.com/cahoots-project/cahoots => ../..

require (
	github.com/cahoots-project/cahoots v0.0.0
	github.com/klauspost/compress v1.20.3
)

require (
	github.com/ulikunitz/xz v0.5.17 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)
