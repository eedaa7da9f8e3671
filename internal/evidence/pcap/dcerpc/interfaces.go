package dcerpc

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
)

// Interface is one that is known by name.
type Interface struct {
	Name       string
	operations string // separated by blanks, in the order of their numbers
}

// Operation is the name of an operation, or its number if it is not known.
func (i *Interface) Operation(n uint16) string {
	if i != nil {
		at := uint16(0)
		for name := range strings.FieldsSeq(i.operations) {
			if number, rest, ok := strings.Cut(name, ":"); ok { // a gap: "12:name"
				if v, err := strconv.ParseUint(number, 10, 16); err == nil {
					at, name = uint16(v), rest
				}
			}
			if at == n {
				return name
			}
			at++
		}
	}
	return "unknown-" + strconv.Itoa(int(n))
}

// interfaceOf finds an interface by its UUID as on the wire. One that is not
// known is named by it.
func interfaceOf(b []byte, o binary.ByteOrder) *Interface {
	var raw [16]byte
	binary.BigEndian.PutUint32(raw[:], o.Uint32(b))
	binary.BigEndian.PutUint16(raw[4:], o.Uint16(b[4:]))
	binary.BigEndian.PutUint16(raw[6:], o.Uint16(b[6:]))
	copy(raw[8:], b[8:16])
	var text [36]byte
	hex.Encode(text[:], raw[:4])
	hex.Encode(text[9:], raw[4:6])
	hex.Encode(text[14:], raw[6:8])
	hex.Encode(text[19:], raw[8:10])
	hex.Encode(text[24:], raw[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	if i, ok := interfaces[string(text[:])]; ok {
		return i
	}
	return &Interface{Name: string(text[:])}
}

// interfaces are those that lateral movement, reconnaissance and coercion use,
// and what else is common. Names are those of Microsoft's specifications.
var interfaces = map[string]*Interface{
	"367abb81-9844-35f1-ad32-98f038001003": {"svcctl", "CloseServiceHandle ControlService DeleteService LockServiceDatabase QueryServiceObjectSecurity SetServiceObjectSecurity QueryServiceStatus SetServiceStatus UnlockServiceDatabase NotifyBootConfigStatus " +
		"ScSetServiceBitsW ChangeServiceConfigW CreateServiceW EnumDependentServicesW EnumServicesStatusW OpenSCManagerW OpenServiceW QueryServiceConfigW QueryServiceLockStatusW StartServiceW " +
		"GetServiceDisplayNameW GetServiceKeyNameW ScSetServiceBitsA ChangeServiceConfigA CreateServiceA EnumDependentServicesA EnumServicesStatusA OpenSCManagerA OpenServiceA QueryServiceConfigA " +
		"QueryServiceLockStatusA StartServiceA GetServiceDisplayNameA GetServiceKeyNameA ScGetCurrentGroupStateW EnumServiceGroupW ChangeServiceConfig2A ChangeServiceConfig2W QueryServiceConfig2A QueryServiceConfig2W " +
		"QueryServiceStatusEx EnumServicesStatusExA EnumServicesStatusExW ScSendTSMessage CreateServiceWOW64A CreateServiceWOW64W ScQueryServiceTagInfo NotifyServiceStatusChange GetNotifyResult CloseNotifyHandle " +
		"ControlServiceExA ControlServiceExW ScSendPnPMessage ScValidatePnPService ScOpenServiceStatusHandle 56:QueryServiceConfigEx 60:CreateWowService 64:OpenSCManager2"},
	"1ff70682-0a51-30e8-076d-740be8cee98b": {"atsvc", "NetrJobAdd NetrJobDel NetrJobEnum NetrJobGetInfo"},
	"378e52b0-c0a9-11cf-822d-00aa0051e40f": {"sasec", "SASetAccountInformation SASetNSAccountInformation SAGetNSAccountInformation SAGetAccountInformation"},
	"86d35949-83c9-4044-b424-db363231fd0c": {"ITaskSchedulerService", "SchRpcHighestVersion SchRpcRegisterTask SchRpcRetrieveTask SchRpcCreateFolder SchRpcSetSecurity SchRpcGetSecurity SchRpcEnumFolders SchRpcEnumTasks SchRpcEnumInstances SchRpcGetInstanceInfo SchRpcStopInstance SchRpcStop SchRpcRun SchRpcDelete SchRpcRename SchRpcScheduledRuntimes SchRpcGetLastRunInfo SchRpcGetTaskInfo SchRpcGetNumberOfMissedRuns SchRpcEnableTask"},
	"338cd001-2244-31f1-aaaa-900038001003": {"winreg", "OpenClassesRoot OpenCurrentUser OpenLocalMachine OpenPerformanceData OpenUsers BaseRegCloseKey BaseRegCreateKey BaseRegDeleteKey BaseRegDeleteValue BaseRegEnumKey BaseRegEnumValue BaseRegFlushKey BaseRegGetKeySecurity BaseRegLoadKey BaseRegNotifyChangeKeyValue BaseRegOpenKey BaseRegQueryInfoKey BaseRegQueryValue BaseRegReplaceKey BaseRegRestoreKey BaseRegSaveKey BaseRegSetKeySecurity BaseRegSetValue BaseRegUnLoadKey BaseInitiateSystemShutdown BaseAbortSystemShutdown BaseRegGetVersion OpenCurrentConfig OpenDynData BaseRegQueryMultipleValues BaseInitiateSystemShutdownEx BaseRegSaveKeyEx OpenPerformanceText OpenPerformanceNlsText BaseRegQueryMultipleValues2 BaseRegDeleteKeyEx"},
	"12345778-1234-abcd-ef00-0123456789ac": {"samr", "SamrConnect SamrCloseHandle SamrSetSecurityObject SamrQuerySecurityObject SamrShutdownSamServer SamrLookupDomainInSamServer SamrEnumerateDomainsInSamServer SamrOpenDomain SamrQueryInformationDomain SamrSetInformationDomain SamrCreateGroupInDomain SamrEnumerateGroupsInDomain SamrCreateUserInDomain SamrEnumerateUsersInDomain SamrCreateAliasInDomain SamrEnumerateAliasesInDomain SamrGetAliasMembership SamrLookupNamesInDomain SamrLookupIdsInDomain SamrOpenGroup SamrQueryInformationGroup SamrSetInformationGroup SamrAddMemberToGroup SamrDeleteGroup SamrRemoveMemberFromGroup SamrGetMembersInGroup SamrSetMemberAttributesOfGroup SamrOpenAlias SamrQueryInformationAlias SamrSetInformationAlias SamrDeleteAlias SamrAddMemberToAlias SamrRemoveMemberFromAlias SamrGetMembersInAlias SamrOpenUser SamrDeleteUser SamrQueryInformationUser SamrSetInformationUser SamrChangePasswordUser SamrGetGroupsForUser SamrQueryDisplayInformation SamrGetDisplayEnumerationIndex 44:SamrGetUserDomainPasswordInformation SamrRemoveMemberFromForeignDomain SamrQueryInformationDomain2 SamrQueryInformationUser2 SamrQueryDisplayInformation2 SamrGetDisplayEnumerationIndex2 SamrCreateUser2InDomain SamrQueryDisplayInformation3 SamrAddMultipleMembersToAlias SamrRemoveMultipleMembersFromAlias SamrOemChangePasswordUser2 SamrUnicodeChangePasswordUser2 SamrGetDomainPasswordInformation SamrConnect2 SamrSetInformationUser2 62:SamrConnect4 64:SamrConnect5 SamrRidToSid SamrSetDSRMPassword SamrValidatePassword"},
	"12345778-1234-abcd-ef00-0123456789ab": {"lsarpc", "LsarClose LsarDelete LsarEnumeratePrivileges LsarQuerySecurityObject LsarSetSecurityObject LsarChangePassword LsarOpenPolicy LsarQueryInformationPolicy LsarSetInformationPolicy LsarClearAuditLog LsarCreateAccount LsarEnumerateAccounts LsarCreateTrustedDomain LsarEnumerateTrustedDomains LsarLookupNames LsarLookupSids LsarCreateSecret LsarOpenAccount LsarEnumeratePrivilegesAccount LsarAddPrivilegesToAccount LsarRemovePrivilegesFromAccount LsarGetQuotasForAccount LsarSetQuotasForAccount LsarGetSystemAccessAccount LsarSetSystemAccessAccount LsarOpenTrustedDomain LsarQueryInfoTrustedDomain LsarSetInformationTrustedDomain LsarOpenSecret LsarSetSecret LsarQuerySecret LsarLookupPrivilegeValue LsarLookupPrivilegeName LsarLookupPrivilegeDisplayName LsarDeleteObject LsarEnumerateAccountsWithUserRight LsarEnumerateAccountRights LsarAddAccountRights LsarRemoveAccountRights LsarQueryTrustedDomainInfo LsarSetTrustedDomainInfo LsarDeleteTrustedDomain LsarStorePrivateData LsarRetrievePrivateData LsarOpenPolicy2 LsarGetUserName LsarQueryInformationPolicy2 LsarSetInformationPolicy2 57:LsarLookupSids2 LsarLookupNames2 68:LsarLookupNames3 76:LsarLookupSids3 LsarLookupNames4"},
	"3919286a-b10c-11d0-9ba8-00c04fd92ef5": {"dssetup", "DsRolerGetPrimaryDomainInformation DsRolerDnsNameToFlatName DsRolerDcAsDc DsRolerDcAsReplica DsRolerDemoteDc DsRolerGetDcOperationProgress DsRolerGetDcOperationResults DsRolerCancel DsRolerServerSaveStateForUpgrade DsRolerUpgradeDownlevelServer DsRolerAbortDownlevelServerUpgrade"},
	"e3514235-4b06-11d1-ab04-00c04fc2dcd2": {"drsuapi", "DRSBind DRSUnbind DRSReplicaSync DRSGetNCChanges DRSUpdateRefs DRSReplicaAdd DRSReplicaDel DRSReplicaModify DRSVerifyNames DRSGetMemberships DRSInterDomainMove DRSGetNT4ChangeLog DRSCrackNames DRSWriteSPN DRSRemoveDsServer DRSRemoveDsDomain DRSDomainControllerInfo DRSAddEntry DRSExecuteKCC DRSGetReplInfo DRSAddSidHistory DRSGetMemberships2 DRSReplicaVerifyObjects DRSGetObjectExistence DRSQuerySitesByCost DRSInitDemotion DRSReplicaDemotion DRSFinishDemotion"},
	"12345678-1234-abcd-ef00-01234567cffb": {"netlogon", "NetrLogonUasLogon NetrLogonUasLogoff NetrLogonSamLogon NetrLogonSamLogoff NetrServerReqChallenge NetrServerAuthenticate NetrServerPasswordSet NetrDatabaseDeltas NetrDatabaseSync NetrAccountDeltas NetrAccountSync NetrGetDCName NetrLogonControl NetrGetAnyDCName NetrLogonControl2 NetrServerAuthenticate2 NetrDatabaseSync2 NetrDatabaseRedo NetrLogonControl2Ex NetrEnumerateTrustedDomains DsrGetDcName NetrLogonGetCapabilities NetrLogonSetServiceBits NetrLogonGetTrustRid NetrLogonComputeServerDigest NetrLogonComputeClientDigest NetrServerAuthenticate3 DsrGetDcNameEx DsrGetSiteName NetrLogonGetDomainInfo NetrServerPasswordSet2 NetrServerPasswordGet NetrLogonSendToSam DsrAddressToSiteNamesW DsrGetDcNameEx2 NetrLogonGetTimeServiceParentDomain NetrEnumerateTrustedDomainsEx DsrAddressToSiteNamesExW DsrGetDcSiteCoverageW NetrLogonSamLogonEx DsrEnumerateDomainTrusts DsrDeregisterDnsHostRecords NetrServerTrustPasswordsGet DsrGetForestTrustInformation NetrGetForestTrustInformation NetrLogonSamLogonWithFlags NetrServerGetTrustInfo"},
	"4b324fc8-1670-01d3-1278-5a47bf6ee188": {"srvsvc", "8:NetrConnectionEnum NetrFileEnum NetrFileGetInfo NetrFileClose NetrSessionEnum NetrSessionDel NetrShareAdd NetrShareEnum NetrShareGetInfo NetrShareSetInfo NetrShareDel NetrShareDelSticky NetrShareCheck NetrServerGetInfo NetrServerSetInfo NetrServerDiskEnum NetrServerStatisticsGet NetrServerTransportAdd NetrServerTransportEnum NetrServerTransportDel NetrRemoteTOD 30:NetprPathType NetprPathCanonicalize NetprPathCompare NetprNameValidate NetprNameCanonicalize NetprNameCompare NetrShareEnumSticky NetrShareDelStart NetrShareDelCommit NetrpGetFileSecurity NetrpSetFileSecurity NetrServerTransportAddEx"},
	"6bffd098-a112-3610-9833-46c3f87e345a": {"wkssvc", "NetrWkstaGetInfo NetrWkstaSetInfo NetrWkstaUserEnum 5:NetrWkstaTransportEnum NetrWkstaTransportAdd NetrWkstaTransportDel NetrUseAdd NetrUseGetInfo NetrUseDel NetrUseEnum 13:NetrWorkstationStatisticsGet 20:NetrGetJoinInformation 22:NetrJoinDomain2 NetrUnjoinDomain2 NetrRenameMachineInDomain2 NetrValidateName2 NetrGetJoinableOUs2 NetrAddAlternateComputerName NetrRemoveAlternateComputerName NetrSetPrimaryComputerName NetrEnumerateComputerNames"},
	"e1af8308-5d1f-11c9-91a4-08002b14a0fa": {"epmapper", "ept_insert ept_delete ept_lookup ept_map ept_lookup_handle_free ept_inq_object ept_mgmt_delete"},
	"afa8bd80-7d8a-11c9-bef4-08002b102989": {"mgmt", "inq_if_ids inq_stats is_server_listening stop_server_listening inq_princ_name"},
	"99fcfec4-5260-101b-bbcb-00aa0021347a": {"IObjectExporter", "ResolveOxid SimplePing ComplexPing ServerAlive ResolveOxid2 ServerAlive2"},
	"4d9f4ab8-7d1c-11cf-861e-0020af6e7c57": {"IActivation", "RemoteActivation"},
	"000001a0-0000-0000-c000-000000000046": {"IRemoteSCMActivator", "3:RemoteGetClassObject RemoteCreateInstance"},
	"00000136-0000-0000-c000-000000000046": {"ISystemActivator", "3:GetClassObject CreateInstance"},
	"00000131-0000-0000-c000-000000000046": {"IRemUnknown", "3:RemQueryInterface RemAddRef RemRelease"},
	"00000143-0000-0000-c000-000000000046": {"IRemUnknown2", "3:RemQueryInterface RemAddRef RemRelease RemQueryInterface2"},
	"00020400-0000-0000-c000-000000000046": {"IDispatch", "3:GetTypeInfoCount GetTypeInfo GetIDsOfNames Invoke"},
	"f309ad18-d86a-11d0-a075-00c04fb68820": {"IWbemLevel1Login", "3:EstablishPosition RequestChallenge WBEMLogin NTLMLogin"},
	"d4781cd6-e5d3-44df-ad94-930efe48a887": {"IWbemLoginClientID", "3:SetClientInfo"},
	"9556dc99-828c-11cf-a37e-00aa003240c7": {"IWbemServices", "3:OpenNamespace CancelAsyncCall QueryObjectSink GetObject GetObjectAsync PutClass PutClassAsync DeleteClass DeleteClassAsync CreateClassEnum CreateClassEnumAsync PutInstance PutInstanceAsync DeleteInstance DeleteInstanceAsync CreateInstanceEnum CreateInstanceEnumAsync ExecQuery ExecQueryAsync ExecNotificationQuery ExecNotificationQueryAsync ExecMethod ExecMethodAsync"},
	"027947e1-d731-11ce-a357-000000000001": {"IEnumWbemClassObject", "3:Reset Next NextAsync Clone Skip"},
	"1c1c45ee-4395-11d2-b60b-00104b703efd": {"IWbemFetchSmartEnum", "3:GetSmartEnum"},
	"423ec01e-2e35-11d2-b604-00104b703efd": {"IWbemWCOSmartEnum", "3:Next"},
	"12345678-1234-abcd-ef00-0123456789ab": {"spoolss", "RpcEnumPrinters RpcOpenPrinter RpcSetJob RpcGetJob RpcEnumJobs RpcAddPrinter RpcDeletePrinter RpcSetPrinter RpcGetPrinter RpcAddPrinterDriver RpcEnumPrinterDrivers RpcGetPrinterDriver RpcGetPrinterDriverDirectory RpcDeletePrinterDriver RpcAddPrintProcessor RpcEnumPrintProcessors RpcGetPrintProcessorDirectory RpcStartDocPrinter RpcStartPagePrinter RpcWritePrinter RpcEndPagePrinter RpcAbortPrinter RpcReadPrinter RpcEndDocPrinter RpcAddJob RpcScheduleJob RpcGetPrinterData RpcSetPrinterData RpcWaitForPrinterChange RpcClosePrinter 65:RpcRemoteFindFirstPrinterChangeNotificationEx 69:RpcOpenPrinterEx RpcAddPrinterEx 89:RpcAddPrinterDriverEx"},
	"76f03f96-cdfd-44fc-a22c-64950a001209": {"IRemoteWinspool", "RpcAsyncOpenPrinter RpcAsyncAddPrinter 39:RpcAsyncAddPrinterDriver"},
	"c681d488-d850-11d0-8c52-00c04fd90f7e": {"efsrpc", "EfsRpcOpenFileRaw EfsRpcReadFileRaw EfsRpcWriteFileRaw EfsRpcCloseRaw EfsRpcEncryptFileSrv EfsRpcDecryptFileSrv EfsRpcQueryUsersOnFile EfsRpcQueryRecoveryAgents EfsRpcRemoveUsersFromFile EfsRpcAddUsersToFile 12:EfsRpcFileKeyInfo EfsRpcDuplicateEncryptionInfoFile 15:EfsRpcAddUsersToFileEx EfsRpcFileKeyInfoEx 18:EfsRpcGetEncryptedFileMetadata EfsRpcSetEncryptedFileMetadata EfsRpcFlushEfsCache EfsRpcEncryptFileExSrv EfsRpcQueryProtectors"},
	"df1941c5-fe89-4e79-bf10-463657acf44d": {"efsrpc", "EfsRpcOpenFileRaw EfsRpcReadFileRaw EfsRpcWriteFileRaw EfsRpcCloseRaw EfsRpcEncryptFileSrv EfsRpcDecryptFileSrv EfsRpcQueryUsersOnFile EfsRpcQueryRecoveryAgents EfsRpcRemoveUsersFromFile EfsRpcAddUsersToFile 12:EfsRpcFileKeyInfo EfsRpcDuplicateEncryptionInfoFile 15:EfsRpcAddUsersToFileEx"},
	"4fc742e0-4a10-11cf-8273-00aa004ae673": {"netdfs", "NetrDfsManagerGetVersion NetrDfsAdd NetrDfsRemove NetrDfsSetInfo NetrDfsGetInfo NetrDfsEnum NetrDfsMove 10:NetrDfsAddFtRoot NetrDfsRemoveFtRoot NetrDfsAddStdRoot NetrDfsRemoveStdRoot NetrDfsManagerInitialize"},
	"a8e0653c-2744-4389-a61d-7373df8b2292": {"FileServerVssAgent", "GetSupportedVersion SetContext StartShadowCopySet AddToShadowCopySet CommitShadowCopySet ExposeShadowCopySet RecoveryCompleteShadowCopySet AbortShadowCopySet IsPathSupported IsPathShadowCopied GetShareMapping DeleteShareMapping PrepareShadowCopySet"},
	"82273fdc-e32a-18c3-3f78-827929dc23ea": {"eventlog", "ElfrClearELFW ElfrBackupELFW ElfrCloseEL ElfrDeregisterEventSource ElfrNumberOfRecords ElfrOldestRecord ElfrChangeNotify ElfrOpenELW ElfrRegisterEventSourceW ElfrOpenBELW ElfrReadELW ElfrReportEventW ElfrClearELFA"},
	"f6beaff7-1e19-4fbb-9f8f-b89e2018337c": {"eventlog6", "EvtRpcRegisterRemoteSubscription EvtRpcRemoteSubscriptionNextAsync EvtRpcRemoteSubscriptionNext EvtRpcRemoteSubscriptionWaitAsync EvtRpcRegisterControllableOperation EvtRpcRegisterLogQuery EvtRpcClearLog EvtRpcExportLog EvtRpcLocalizeExportLog EvtRpcMessageRender EvtRpcMessageRenderDefault EvtRpcQueryNext EvtRpcQuerySeek"},
	"894de0c0-0d55-11d3-a322-00c04fa321a1": {"InitShutdown", "BaseInitiateShutdown BaseAbortShutdown BaseInitiateShutdownEx"},
	"50abc2a4-574d-40b3-9d66-ee4fd5fba076": {"dnsserver", "DnssrvOperation DnssrvQuery DnssrvComplexOperation DnssrvEnumRecords DnssrvUpdateRecord DnssrvOperation2 DnssrvQuery2 DnssrvComplexOperation2 DnssrvEnumRecords2 DnssrvUpdateRecord2"},
	"91ae6020-9e3c-11cf-8d7c-00aa00c091be": {"ICertPassage", "CertServerRequest"},
	"a4f1db00-ca47-1067-b31f-00dd010662da": {"exchange_mapi", "EcDoConnect EcDoDisconnect EcDoRpc EcGetMoreRpc EcRRegisterPushNotification EcRUnregisterPushNotification EcDummyRpc EcRGetDCName EcRNetGetDCName EcDoRpcExt EcDoConnectEx EcDoRpcExt2 EcUnknown0xC EcUnknown0xD EcDoAsyncConnectEx"},
	"f5cc5a18-4264-101a-8c59-08002b2f8426": {"nspi", "NspiBind NspiUnbind NspiUpdateStat NspiQueryRows NspiSeekEntries NspiGetMatches NspiResortRestriction NspiDNToMId NspiGetPropList NspiGetProps NspiCompareMIds NspiModProps NspiGetSpecialTable NspiGetTemplateInfo NspiModLinkAtt NspiDeleteEntries NspiQueryColumns NspiGetNamesFromIDs NspiGetIDsFromNames NspiResolveNames NspiResolveNamesW"},
	"1544f5e0-613c-11d1-93df-00c04fd7bd09": {"rfr", "RfrGetNewDSA RfrGetFQDNFromLegacyDN"},
	"17fdd703-1827-4e34-79d4-24a55c53bb37": {"msgsvc", "NetrMessageNameAdd NetrMessageNameEnum NetrMessageNameGetInfo NetrMessageNameDel"},
	"5a7b91f8-ff00-11d0-a9b2-00c04fb6e6fc": {"msgsvcsend", "NetrSendMessage"},
	"6bffd098-a112-3610-9833-012892020162": {"browser", "I_BrowserrServerEnum I_BrowserrDebugCall I_BrowserrQueryOtherDomains I_BrowserrResetNetlogonState I_BrowserrDebugTrace I_BrowserrQueryStatistics I_BrowserResetStatistics NetrBrowserStatisticsClear NetrBrowserStatisticsGet I_BrowserrSetNetlogonState I_BrowserrQueryEmulatedDomains I_BrowserrServerEnumEx"},
	"5ca4a760-ebb1-11cf-8611-00a0245420ed": {"IcaApi", "RpcWinStationOpenServer RpcWinStationCloseServer RpcIcaServerPing RpcWinStationEnumerate RpcWinStationRename RpcWinStationQueryInformation RpcWinStationSetInformation RpcWinStationSendMessage RpcLogonIdFromWinStationName RpcWinStationNameFromLogonId RpcWinStationConnect"},
}
