// Collects a folder into a store until it is ended or killed: node collect-process.mjs <module> <folder> <store> <follow|once> <clock offset in ms>
const [module, folder, store, mode, offset = "0"] = process.argv.slice(2);
const { collect, storePlace } = await import(module);

const ending = new AbortController();
process.on("SIGTERM", () => ending.abort());
try {
  await collect(storePlace(store), [{ cluster: "stress", inputs: [folder] }], {
    tool: "stress",
    now: () => new Date(Date.now() + Number(offset)),
    follow: mode === "follow",
    commitMilliseconds: 15,
    settleMilliseconds: 0,
    signal: ending.signal,
  });
} catch (error) {
  if (error.code !== "KAUDIT_STORE_BUSY") console.error(error);
  process.exitCode = error.code === "KAUDIT_STORE_BUSY" ? 75 : 1;
}
