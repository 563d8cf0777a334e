#!/usr/bin/env node
import { runAsProcess } from "./command-line/run-as-process.js";

process.exitCode = await runAsProcess();
