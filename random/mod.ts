export * from "./invalid_argument.ts";
