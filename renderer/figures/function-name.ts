export { functionName, type FunctionName } from '#common/function-name.ts';
